"""What screens are made of. A widget is told what to show, says what was done, and knows no sibling."""
