// Package chat reads what people write to the bot: a line of Chinese in a
// group → what it means, a question of the office → what is asked. It decides
// nothing, stores nothing and knows no platform; commands such as 绑定, 我是 and
// 确认 are taken by the handlers before it is asked.
package chat
