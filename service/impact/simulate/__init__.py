"""The closed loop: the whole product steering invented towns whose truth is known, to see what it brings."""
