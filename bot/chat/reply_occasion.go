package chat

// onNotice: 看到通知, 按领导要求 is why it was done; nobody is quoted.
func onNotice(toks []token) {
	for k, t := range toks {
		if !containsWord("看到 看见 接到 接 收到 按 按照 根据 遵照 依照 见 听到", t.text) || k > 0 && toks[k-1].is(cNot) {
			continue
		}
		for j := k + 1; j < len(toks) && j <= k+3; j++ {
			if containsWord("签到通知 通知 要求 安排 指示 消息 公告 指令", toks[j].text) {
				for j+1 < len(toks) && containsWord("要求 安排 指示 精神", toks[j+1].text) {
					j++ // 按通知要求
				}
				set(toks[k+1:j+1], cFill)
				if !t.is(cAck) {
					set(toks[k:k+1], cFill)
				}
				break
			}
			if !open(toks[j]) && !toks[j].is(cFill|cOthers) {
				break
			}
		}
	}
}

// howeverBusy: 再忙也要签到 puts nothing off.
func howeverBusy(toks []token) {
	for k, t := range toks {
		if t.text == "再" && k+2 < len(toks) && anyText(toks[k+2:min(k+5, len(toks))], "也") {
			set(toks[k:k+1], cFill)
		}
	}
}

// unbidden: 没等领导催就签到了 denies nothing, and urges nobody.
func unbidden(toks []token) {
	for k := 1; k < len(toks); k++ {
		if toks[k].text != "等" || !toks[k-1].is(cNot) {
			continue
		}
		for j := k + 1; j < min(k+5, len(toks)); j++ {
			if toks[j].text == "就" && anyText(toks[k:j], "催 喊 叫 提醒 点名 说 通知") {
				set(toks[k-1:j+1], cFill)
			}
		}
	}
}

// inTime: 赶在截止前, 赶到点前 say when it was done.
func inTime(toks []token) {
	for k, t := range toks {
		if !containsWord("赶在 赶", t.text) {
			continue
		}
		for j := k + 1; j < min(k+5, len(toks)); j++ {
			if containsWord("前 之前 以前 截止前 结束前", toks[j].text) && doing(toks, j+1) {
				set(toks[k:j+1], cFill)
			}
		}
	}
}

// inPerson: 不是代签, 非他人代签 say that nobody else did it.
func inPerson(toks []token) {
	for k := 1; k < len(toks); k++ {
		if !toks[k].is(cProxy) && !(toks[k].is(cFor) && k+1 == len(toks) && toks[k].text == "代") {
			continue
		}
		lo := k
		for lo > 0 && (toks[lo-1].is(cHe|cOthers) || containsWord("他 人 别人 他人", toks[lo-1].text)) {
			lo--
		}
		if lo > 0 && (toks[lo-1].val == "isnot" || containsWord("非 不是 不用 没有 没让 无需 不必", toks[lo-1].text)) {
			set(toks[lo-1:k+1], cFill)
		}
	}
}
