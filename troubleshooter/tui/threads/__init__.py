"""Work beside the screens, and what it tells them."""
