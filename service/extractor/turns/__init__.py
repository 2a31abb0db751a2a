"""Articles written in turns, without quotation marks: interviews, debates, transcripts of broadcasts."""
