"""Whatever answer is lost, and whatever its repeat meets: nothing is lost, and nothing is hidden."""
