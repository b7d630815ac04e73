"""What the telephone providers send and expect: bytes in, frozen dataclasses out, no models."""
