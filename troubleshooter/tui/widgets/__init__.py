"""What screens are made of. A widget is told what to show and says what the operator did; it knows no sibling."""
