"""What changes Azure, each with its intent before and its way back, and how things are looked at after."""
