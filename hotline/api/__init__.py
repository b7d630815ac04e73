"""The house's figures and codes for other programs: read-only, behind the same gate as the pages."""
