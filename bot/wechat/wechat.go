// Package wechat holds what the channels of the WeChat family share: the table
// of the platforms' error codes ([Codes], [Explain]), the type of a credential
// that does not print ([Secret], [Hide]), and the one HTTP client through which
// all of them reach the platforms ([NewClient]).
//
// It is deliberately no channel: it knows no message, no chat and no token.
// Each channel is a package of its own below this one, with its own Config, and
// none knows another.
//
// How the client works. The channels, and the library that they use, speak to
// the platforms' two hosts. [Client] refuses every other host, so that a token
// cannot go astray; a test, or the simulated platform, takes the place of a host
// by [ClientConfig].Redirect. A call ends in one of four ways, which errors tell
// apart: the platform refused it ([CodeError]), HTTP refused it
// ([StatusError]), it never left ([ErrNotSent]), or, with any other error,
// nobody knows. [Failure] says what that means for a message.
package wechat
