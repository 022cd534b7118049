"""The shapes of the API's answers and questions, with examples of persons who cannot exist."""
