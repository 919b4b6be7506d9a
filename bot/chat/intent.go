package chat

// An Intent is what a text is for. The names are those of the labelled data.
type Intent string

// Intents of a reply.
const (
	CheckIn        Intent = "checkin"         // 我在，我参加了
	CheckInLate    Intent = "checkin_late"    // 补签
	CheckInProxy   Intent = "checkin_proxy"   // 代签
	CheckInCount   Intent = "checkin_count"   // 应到、实到、请假的人数
	CheckInList    Intent = "checkin_list"    // 签到接龙
	Leave          Intent = "leave"           // 请假
	LeaveProxy     Intent = "leave_proxy"     // 替人请假
	ActivityReport Intent = "activity_report" // 活动上报
	OtherReport    Intent = "other_report"    // 别的上报，例如安装APP
	ZeroCase       Intent = "zero_case"       // 零发案
	Correction     Intent = "correction"      // 更正、撤回
	Evidence       Intent = "evidence"        // 照片、文件
	Quiz           Intent = "quiz"            // 答题
	Ack            Intent = "ack"             // 收到
	Promise        Intent = "promise"         // 以后再签
	Negation       Intent = "negation"        // 没签、不签、签不上
	Asking         Intent = "question"        // 问怎么签
	StatusQuery    Intent = "status_query"    // 问数字
	Nudge          Intent = "nudge"           // 催别人签
	Hearsay        Intent = "hearsay"         // 说别人签没签
	QuoteOnly      Intent = "quote"           // 转贴别人的话
	Sarcasm        Intent = "sarcasm"         // 反话、牢骚
	Chitchat       Intent = "chitchat"        // 闲话
	Ad             Intent = "ad"              // 广告
	Test           Intent = "test"            // 测试
	GroupEvent     Intent = "group_event"     // 入群、拍一拍等系统提示
	Unclear        Intent = "unclear"         // 要问一句
	OtherList      Intent = "other_list"      // 别的接龙
	Privacy        Intent = "privacy"         // 关于个人信息
	CaseHelp       Intent = "case_help"       // 正在受骗：先答110、96110
	Clue           Intent = "clue"            // 可疑的号码、网址、APP、账号
)

// Intents of a query. Help, Clarify, Refuse and UnknownUnit are answers of a
// kind: nothing is looked up.
const (
	UnitMonth      Intent = "unit_month"      // 一个单位的情况
	TagMonth       Intent = "tag_month"       // 一类单位的情况
	Overview       Intent = "overview"        // 全县的情况
	AskPerson      Intent = "person"          // 一个人的记录
	Ranking        Intent = "ranking"         // 排名
	MissingUnits   Intent = "missing_units"   // 哪些单位没有
	MissingPeople  Intent = "missing_people"  // 哪些人没有
	AskActivity    Intent = "activity"        // 某一次活动
	ActivityList   Intent = "activity_list"   // 活动清单
	EvidenceGap    Intent = "evidence_gap"    // 缺哪样材料
	EvidenceList   Intent = "evidence_list"   // 有哪些材料
	Export         Intent = "export"          // 要文件
	PushStatus     Intent = "push_status"     // 推送送达没有
	PushList       Intent = "push_list"       // 推过哪些
	Schedule       Intent = "schedule"        // 推送计划
	GroupStatus    Intent = "group_status"    // 建群、机器人
	ReceiptStatus  Intent = "receipt_status"  // 提示函回执
	DataNotice     Intent = "data_notice"     // 判决、起诉数据
	Supervise      Intent = "supervise"       // 提醒、约谈、督办
	ClueStats      Intent = "clue_stats"      // 线索统计
	AskZeroCase    Intent = "zero_case"       // 发案情况
	LeaveList      Intent = "leave_list"      // 请假名单
	LateList       Intent = "late_list"       // 补签记录
	ProxyList      Intent = "proxy_list"      // 代签记录
	CorrectionList Intent = "correction_list" // 更正记录
	RosterCount    Intent = "roster_count"    // 应到人数
	Technique      Intent = "technique"       // 诈骗手法、防范
	Explain        Intent = "explain"         // 为什么是这个数
	Compare        Intent = "compare"         // 几个单位对比
	Calendar       Intent = "calendar"        // 工作日、节假日
	Clarify        Intent = "clarify"         // 可能指几样，要问
	Refuse         Intent = "refuse"          // 不能答
	UnknownUnit    Intent = "unknown_unit"    // 不是成员单位
	Help           Intent = "help"            // 不懂，或问怎么用
)
