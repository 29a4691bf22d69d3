"""What travels: routes, requests and answers of each plane, and what goes wrong on the way."""
