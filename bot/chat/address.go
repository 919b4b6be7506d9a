package chat

// Address reports whether name is only a form of address: 王局长, 老李. It may mean
// somebody who stands there under his name already.
func Address(name string) bool { return name != "" && isForm(name) }
