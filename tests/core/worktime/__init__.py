"""Working time against plain facts and against a walk minute by minute."""
