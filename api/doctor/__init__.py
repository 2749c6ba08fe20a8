"""`fieldcheck doctor`: looks at everything that keeps an installation going, changes nothing, and says what to do."""
