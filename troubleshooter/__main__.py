from __future__ import annotations

from troubleshooter.cli import main

if __name__ == "__main__":
    main()
