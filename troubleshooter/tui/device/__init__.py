"""What lies outside the screens: the terminal and its driver, the clipboard, the editor, the bell."""
