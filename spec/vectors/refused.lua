-- Which of the typed marshalling vectors the strict rules refuse, and why. The vectors show what the
-- vendor's SDK puts on the wire, not what the service accepts: the SDK checks nothing. marshal_spec.lua
-- holds this list to the rules both ways: a case that is refused for another reason, or accepted, fails.
return {
}
