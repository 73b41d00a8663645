"""Does one thing to many inputs: here, in several processes, or on a Dask cluster."""
