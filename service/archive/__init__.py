"""Extraction of whole archives, on one machine or a cluster: files of articles in, shards of quotes out."""
