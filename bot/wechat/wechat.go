// Package wechat holds what the channels of the WeChat family share: the table
// of the platforms' error codes ([Codes], [Explain]) and the type of a
// credential that does not print ([Secret], [Hide]).
//
// It is deliberately not a client: each channel is a package of its own below
// this one, with its own Config, and none knows another. The package keeps no
// state and performs no input or output.
package wechat
