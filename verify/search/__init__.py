"""What decides: searches of reachable pairs, of all short words, of readouts; and evidence that replays."""
