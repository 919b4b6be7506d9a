package chat

// Classes of the words of queries. Most words of a query fill a slot: their
// meaning has the form "slot:value".
const (
	qTerm    = cVocabulary << iota // fills a slot
	qTime                          // 本月
	qTag                           // 银行
	qTopic                         // a kind of scam
	qNotUnit                       // 税务局
	qFill                          // 查一下, 的
	qOther                         // an ordinary word with a unit's name in it
)

// queryWords is the vocabulary of queries.
var queryWords = []struct {
	class class
	words string
}{
	{qTime, `前个月=m-2 大上个月=m-2 上上个月份=m-2 上上月份=m-2 这月份=m0 这个月里=m0 今年到现在=y0 年初到现在=y0 开年以来=y0 今年1月以来=y0 去年同期=m-12 上年同期=m-12 同期=m-12 去年这个月=m-12 去年本月=m-12 头三个月=q1 今年头三个月=q1 前三季度=t3 前三个季度=t3 上上周=w-2 上上个星期=w-2 这阵=r7 这两天=r2 这半个月=r15 近半月=r15 最近半个月=r15 这半年=h0 近半年=s6 最近半年=s6 近一年=s12 最近一年=s12 过去一年=s12 q1=q1 q2=q2 q3=q3 q4=q4 头季度=q1 本月=m0 这个月=m0 这月=m0 当月=m0 这个月份=m0 本月份=m0 月份=m0 这一个月=m0 本月内=m0 上月=m-1 上个月=m-1 上月份=m-1 上个月份=m-1 上上月=m-2 上上个月=m-2 前月=m-2 下月=m1 下个月=m1
		今年=y0 本年=y0 全年=y0 年度=y0 本年度=y0 今年以来=y0 年内=y0 今年全年=y0 年初至今=y0 年初以来=y0 年累计=y0 去年=y-1 上年=y-1 去年全年=y-1 上半年=h1 下半年=h2
		一季度=q1 第一季度=q1 1季度=q1 二季度=q2 第二季度=q2 2季度=q2 三季度=q3 第三季度=q3 3季度=q3 四季度=q4 第四季度=q4 4季度=q4 本季度=q0 这个季度=q0 这季度=q0 当季=q0 上季度=q-1 上个季度=q-1
		今天=d0 今日=d0 当天=d0 今儿=d0 昨天=d-1 昨日=d-1 昨儿=d-1 前天=d-2 前日=d-2 大前天=d-3 明天=d1 明日=d1
		本周=w0 这周=w0 这个星期=w0 这一周=w0 这星期=w0 本星期=w0 上周=w-1 上星期=w-1 上个星期=w-1 上一周=w-1 上礼拜=w-1 下周=w1 下星期=w1 下个星期=w1 下礼拜=w1 这礼拜=w0
		周一=k1 星期一=k1 礼拜一=k1 这周一=k1 本周一=k1 上周一=k-6 上星期一=k-6 上个星期一=k-6 周二=k2 星期二=k2 礼拜二=k2 这周二=k2 本周二=k2 上周二=k-5 上星期二=k-5 上个星期二=k-5 周三=k3 星期三=k3 礼拜三=k3 这周三=k3 本周三=k3 上周三=k-4 上星期三=k-4 上个星期三=k-4 周四=k4 星期四=k4 礼拜四=k4 这周四=k4 本周四=k4 上周四=k-3 上星期四=k-3 上个星期四=k-3 周五=k5 星期五=k5 礼拜五=k5 这周五=k5 本周五=k5 上周五=k-2 上星期五=k-2 上个星期五=k-2 周六=k6 星期六=k6 礼拜六=k6 这周六=k6 本周六=k6 上周六=k-1 上星期六=k-1 上个星期六=k-1 周日=k7 星期日=k7 礼拜日=k7 这周日=k7 本周日=k7 上周日=k0 上星期日=k0 上个星期日=k0 周天=k7 上周天=k0
		近一周=r7 最近一周=r7 这几天=r7 最近几天=r7 近几天=r7 近一个月=r30 最近一个月=r30 近半个月=r15`},
	{qTerm, `是谁=who:people 是哪些人=who:people 是哪些=list 是哪几家=who:units 哪几家单位=who:units 哪个局=who:units 几家单位=who:units 啥单位=who:units 什么单位=who:units 多少家=who:units 多少家单位=who:units 家单位=who:units 整个单位=who:units
		挂零=blank 白板=blank 空着=blank 空白=blank 亮红灯=blank 红灯=blank 没动静=blank 无动静=blank 没行动=blank 掉队=blank 零活动=blank 零开展=blank 零上报=blank 零报告=blank 没达标=blank 未达标=blank 不达标=blank 不合格=blank 没完成=blank 未完成=blank 没完成任务=blank 未完成任务=blank 没干=blank 啥也没干=blank 啥也没搞=blank 什么也没搞=blank 零蛋=blank 光头=blank 剃光头=blank 开天窗=blank 缺口=blank 没有活动=blank 没活动=blank 无活动=blank 未开展=blank 没开展=blank
		零签到=nocheck 零打卡=nocheck 零参与=nocheck 无人签到=nocheck 没人签到=nocheck 没人签=nocheck 没人参加=nocheck 无人参加=nocheck 没人打卡=nocheck 一个没签=nocheck 都没签到=nocheck 都没签=nocheck 全没签=nocheck 一个都没签=nocheck 一个人都没签=nocheck
		有没有=asks 有无=asks 是否=asks 是不是=asks 做没做=asks 搞没搞=do:hold 报没报=do:report 交没交=do:hand 签没签=do:checkin 来没来=do:join 到没到=do:join 办没办=do:hold 建没建=group:built 开没开展=do:hold 完成=do:hold 达标=do:hold 合格=do:hold
		案子=case 出案=case 出了案=case 有案=case 涉诈案=case 诈骗案件=case 涉诈案件=case 电诈案子=case 出事=case 发生案件=case 被诈案=case
		实到=actual 实际到=actual 实签=actual 应该到=expected 应当到=expected 该到=expected 该来=expected 应该来=expected 应该签=expected 该签=expected 应该参加=expected 应参训=expected 在职=roster 干部职工=roster 人头=roster 多少在编=roster
		排个名=rank 排下名=rank 排一下=rank 排一排=rank 排个序=rank 排排=rank 排排名=rank 排名次=rank 排位=rank 从高到低=rank 从低到高=rank 由高到低=rank 由低到高=rank 从多到少=rank 从少到多=rank 名列前茅=rank:high 冠军=rank:high 榜首=rank:high 榜单=rank 最积极=rank:high 最差劲=rank:low 最不行=rank:low 吊车尾=rank:low
		收不到=unreached 收不着=unreached 发不进=unreached 发不过去=unreached 推不到=unreached 推不进去=unreached 掉线=unreached 踢出=unreached 被踢=unreached 失联=unreached
		发成功=push:sent 发没发=push:sent 推成功=push:sent 推没推到=push:sent 推到位=push:sent 人工代发=push:sent 代发=push:sent 送到没=push:sent 成功=ok 到位=ok 到没=ok 准备=plan 打算=plan 将要=plan 待推=plan 要推=plan 预告=plan 排了=plan
		出差=leavelist 下乡=leavelist 驻村=leavelist 公差=leavelist 外出=leavelist 休假=leavelist 年假=leavelist 年休=leavelist 产假=leavelist 请假的=leavelist 补的=latelist 后补=latelist 补学=latelist 晚到=latelist 代人=proxylist 替别人签=proxylist 帮别人签=proxylist 帮人签=proxylist 给别人代签=proxylist 替签的=proxylist 改动=correction 改了哪些=correction 改过的=correction 撤销=correction
		怎么比=why 咋比=why 凭什么=why 对不上=why 不对=why 有出入=why 什么原因=why 啥原因=why 原因=why 怎么回事=why 咋回事=why 怎么就=why 咋就=why 怎么还是=why 咋还是=why 咋没有=why 怎么这样=why 解释一下=why 怎么统计=why 怎么统计的=why 咋统计=why 口径=why
		放几天=cal 放假几天=cal 放多少天=cal 几天班=cal 值班=cal 上不上班=cal 放不放假=cal 是不是工作日=cal 节日=cal
		叫啥=id 叫什么=id 叫什么名字=id 什么名字=id 名字=id 姓名=id 姓啥=id 姓什么=id 家属=id
		使用说明书=help 咋使=help 咋用你=help 怎么使=help 怎么使用=help 说明=help 用法=help 能问什么=help 能问啥=help 问什么=help 有啥用=help 干什么用=help 干啥用=help
		谁=who:people 都谁=who:people 哪些人=who:people 哪个人=who:people 什么人=who:people 人员=who:people 哪几个人=who:people 哪位=who:people 几个人没=who:people 的人=who:people 哪些同志=who:people 同志=who:people 哪几位=who:people 人=who:man
		单位=who:units 哪些单位=who:units 哪个单位=who:units 哪几个单位=who:units 几个单位=who:units 各单位=who:units 多少单位=who:units 哪家=who:units 哪几家=who:units 哪些局=who:units 部门=who:units 哪些部门=who:units 多少个单位=who:units 哪家单位=who:units 几家=who:units
		没=none 没有=none 未=none 还没=none 还没有=none 尚未=none 缺=none 缺少=none 差=none 少=none 还差=none 还缺=none 没人=none 一个都没=none 一个人都没=none 无=none 零=none 欠=none 么=none 未曾=none 没报=none 没交=none 一场没=none 一次没=none 一直没=none 一次都没=none 一场都没=none 一次也没=none 从没=none 没能=none 漏=none 还未=none 不=none 没到=none
		没来=absent 缺席=absent 缺勤=absent 未到=absent 没参加=absent 未参加=absent 未签到=absent 没签到=absent 没签=absent 未签=absent 没打卡=absent 不在=absent
		签到=do:checkin 签=do:checkin 签了=do:checkin 打卡=do:checkin 签道=do:checkin 迁到=do:checkin 签到情况=do:checkin
		参加=do:join 参与=do:join 参训=do:join 到会=do:join 来=do:join 到了=do:join 参会=do:join 参学=do:join 学习=do:join
		活动=thing:activity 教育活动=thing:activity 宣传活动=thing:activity 反诈活动=thing:activity 反诈宣传活动=thing:activity 反诈宣传=thing:activity 公开活动=thing:activity 宣传教育活动=thing:activity 搞活动=thing:activity 办活动=thing:activity 开展活动=thing:activity 宣传教育=thing:activity
		搞=do:hold 开展=do:hold 举办=do:hold 办=do:hold 组织=do:hold 搞了=do:hold 办了=do:hold 开展了=do:hold 做=do:hold 做了=do:hold 报=do:report 上报=do:report 报送=do:report 报了=do:report 填报=do:report
		交=do:hand 交了=do:hand 上传=do:hand 传=do:hand 提交=do:hand 传了=do:hand 补交=do:hand 交没=do:hand 交齐=do:hand 齐了=do:hand 齐=do:hand 报齐=do:hand 交全=do:hand 全了=do:hand
		多少人=many:people 几个人=many:people 多少个人=many:people 人数=many:people 几人=many:people 多少名=many:people 几多人=many:people 多少人次=metric:person_times 参训人数=metric:person_times 人次=metric:person_times 参训人次=metric:person_times 培训人次=metric:person_times 培训人数=metric:person_times 参加人次=metric:person_times
		参加人数=metric:present 签到人数=metric:present 参与人数=metric:present 到会人数=metric:present 实到人数=metric:present 签到数=metric:present 实到多少=metric:present
		几次=many:times 多少次=many:times 次数=many:times 几回=many:times 多少回=many:times 几场=many:events 多少场=many:events 场数=many:events 几个活动=many:events 多少活动=many:events 多少个活动=many:events 几条=many:items 多少条=many:items 条数=many:items 多少=many:any 几个=many:any 几份=many:any 多少份=many:any 几起=case:many 多少起=case:many 几件=many:any 多少件=many:any 几宗=case:many 总数=many:any 数量=many:any
		活动场次=metric:activities 场次=metric:activities 活动数=metric:activities 活动次数=metric:activities 活动数量=metric:activities 活动场数=metric:activities
		参与率=metric:rate 签到率=metric:rate 覆盖率=metric:rate 到会率=metric:rate 完成率=metric:rate 参训率=metric:rate 覆盖=metric:rate 占比=metric:rate 比例=metric:rate 百分比=metric:rate 百分之几=metric:rate 率=metric:rate 参加率=metric:rate 出勤率=metric:rate 百分之多少=metric:rate 到课率=metric:rate 参学率=metric:rate
		应到实到=metric:expected_actual 应到和实到=metric:expected_actual 应到与实到=metric:expected_actual 应到、实到=metric:expected_actual 应实到=metric:expected_actual 应到=expected 应参加=expected 应签=expected 在册=expected 编制=expected 名册=roster 花名册=roster 总人数=roster 总共多少人=roster 一共多少人=roster 有多少人=roster 有几个人=roster 职工人数=roster 在编=roster 多少职工=roster 多少干部=roster 底数=roster
		名单=list:names 都有谁=list:names 有谁=list:names 哪些=list 有哪些=list 列表=list 清单=list 有什么=list 一览=list 列一下=list 记录=list:records 明细=list:records 情况=list:state 历史=list:records
		排名=rank 排行=rank 排行榜=rank 排序=rank 名次=rank 倒数=rank:bottom 最低=rank:low 最高=rank:high 垫底=rank:low 末位=rank:low 最差=rank:low 最好=rank:high 第一=rank:high 最多=rank:high 最少=rank:low 前=rank:top 后=rank:bottom 靠后=rank:low 靠前=rank:high 排第几=rank 第几=rank 末尾=rank:low 谁最=rank:high 前几名=rank:few 榜=rank 先进=rank:high 落后=rank:low 拖后腿=rank:low
		请假=leavelist 病假=leavelist 事假=leavelist 公出=leavelist 请了假=leavelist 告假=leavelist 补签=latelist 迟到=latelist 补打卡=latelist 晚签=latelist 补签到=latelist 代签=proxylist 代为签到=proxylist 替签=proxylist 帮签=proxylist 代签到=proxylist 替人签=proxylist 更正=correction 修改记录=correction 更改记录=correction 撤回记录=correction 更正过=correction 作废=correction 改动记录=correction 变更记录=correction 改过=correction 撤回=correction
		照片=ev:照片 图片=ev:照片 相片=ev:照片 签到表=ev:签到表 签到册=ev:签到表 小结=ev:小结 总结=ev:小结 材料=ev:材料 活动材料=ev:材料 佐证=ev:材料 佐证材料=ev:材料 证据=ev:材料 资料=ev:材料 印证材料=ev:材料 附件=ev:材料 档案=ev:材料 活动照片=ev:照片 视频=ev:视频 痕迹=ev:材料
		推送=push 推了=push 推过=push:past 推=push 推了没=push:sent 发过=push:past 推送过=push:past 推送了=push 推没推=push:sent 推送记录=push:past 推送历史=push:past 推的=push 预警推送=push 推文=push:past 推到=push:sent 送达=push:sent 送达率=push:sent 送达情况=push:sent 推送情况=push:sent 推送失败=push:sent 预警=push 发到=push:sent 收到了吗=push:sent 收到没=push:sent 收到了没=push:sent 都收到=push:sent 没收到=push:sent 收到=got 发出去=push:sent 发送失败=push:sent 发出=push:sent 未送达=push:sent 送到=push:sent 收没收到=push:sent 发送状态=push:sent 推送状态=push:sent 推送结果=push:sent
		下次=next 下一次=next 下期=next 下一条=next 下一期=next 下一场=next 计划=plan 安排=plan 排期=plan 定时=plan 日程=plan 什么时候=when 啥时候=when 几号=when 几点=when 何时=when 哪天=when 多会=when 待推送=plan 待发=plan 预定=plan
		线索=clue 线索数=clue 涉诈网址=cluekind:url 网址=cluekind:url 链接=cluekind:url 涉诈链接=cluekind:url 可疑网址=cluekind:url 可疑链接=cluekind:url 涉诈号码=cluekind:phone 可疑号码=cluekind:phone 号码=cluekind:phone 可疑电话=cluekind:phone 涉诈电话=cluekind:phone 涉诈app=cluekind:app 涉诈账号=cluekind:account 可疑账号=cluekind:account 可疑app=cluekind:app 封堵=clue 举报=clue 诈骗号码=cluekind:phone 诈骗网址=cluekind:url 诈骗电话=cluekind:phone
		发案=case 案件=case 发案数=case 立案=case 警情=case 发了案=case 案发=case 电诈案件=case 诈骗案=case 电诈案=case 零发案=zero 零案件=zero 没发案=zero 无发案=zero 未发案=zero 没有发案=zero 零电诈=zero 无案=zero
		建群=group:built 拉群=group:built 拉了群=group:built 把群建=group:built 建起群=group:built 建上群=group:built 建好群=group:built 群建=group:built 有群=group:built 没拉群=group:none 建了群=group:built 建群没=group:built 微信群=group 工作群=group 反诈群=group 群里=group 群=group 没建群=group:none 未建群=group:none 没有群=group:none 没群=group:none 群主=group:owner 机器人=bot 助手在群=bot 小助手=bot 助手=bot 入群=bot 进群=bot 绑定=bot 没绑定=bot 空群=group:idle 闲置群=group:idle 死群=group:idle 多少个群=group:count 几个群=group:count 没绑群=group:none 绑群=group:built
		提示函=letter 公安提示函=letter 回执=receipt 回函=receipt 落实=receipt 签收=receipt 没回=receipt:none 未回=receipt:none 回了=receipt 回复=receipt 反馈=receipt 没回执=receipt:none 未反馈=receipt:none 没反馈=receipt:none 没落实=receipt:none 谁没回=receipt:none 没签收=receipt:none 逾期=receipt:none 没回复=receipt:none
		判决数据=data:判决数据 判决=data:判决数据 审判数据=data:判决数据 起诉数据=data:起诉数据 起诉=data:起诉数据 批捕数据=data:起诉数据 检察数据=data:起诉数据 数据通报=data:数据通报 发案数据=data:发案数据 宣判=data:判决数据
		挂牌督办=sup:挂牌督办 挂牌=sup:挂牌督办 约谈=sup:约谈 约谈过=sup:约谈 提醒=sup:提醒 提醒过=sup:提醒 督办=sup:挂牌督办 整改=sup:整改 催办=sup:催办 催过=sup:催办 销号=sup:销号 重点管理=sup:重点管理 通报批评=sup:通报 被通报=sup:通报 通报过=sup:通报 一票否决=sup:一票否决 督导=sup:督导 催=sup:催办 监督=sup:挂牌督办
		台账=doc:台账 月报=doc:月报 通报=doc:通报 考评=doc:考评 考评表=doc:考评 考核=doc:考评 考核表=doc:考评 考核数据=doc:考评 考评数据=doc:考评 汇总表=doc:汇总表 报表=doc:月报 月报表=doc:月报 报告=doc:月报 年报=doc:年报 总表=doc:汇总表 明细表=doc:明细 统计表=doc:汇总表 证据包=doc:证据包 材料包=doc:证据包 季报=doc:季报 周报=doc:周报 活动台账=doc:台账 平安建设=doc:考评 表=doc:表 表格=fmt:xlsx 一张表=doc:汇总表
		excel=fmt:xlsx xlsx=fmt:xlsx xls=fmt:xlsx 电子表=fmt:xlsx 电子表格=fmt:xlsx pdf=fmt:pdf word=fmt:docx docx=fmt:docx doc=fmt:docx zip=fmt:zip 压缩包=fmt:zip 打包=fmt:zip csv=fmt:csv ppt=fmt:pptx 导出=give 下载=give 发我=send 发给我=send 发一份=give 给我一份=give 生成=give 打印=give 要一份=give 发一下=send 传给我=send 发来=send 出一份=give 导=give 给我发=send 要的=give 弄一份=give 整一份=give 输出=give 导一份=give
		为什么=why 为啥=why 为何=why 怎么才=why 咋才=why 怎么只有=why 咋只有=why 怎么这么低=why 咋这么低=why 怎么这么少=why 咋这么少=why 没算上=why 怎么没算=why 怎么算=why 怎么算的=why 怎么不算=why 咋没算=why 怎么是=why 咋是=why 咋算的=why 怎么会=why 怎么低=why 没算=why 怎么这么=why 咋这么=why 怎么没有=why 凭啥=why 依据=why 怎么得=why 分母=why 怎么来的=why 咋来的=why 咋不算=why
		对比=vs 比较=vs 相比=vs 比一下=vs 比=vs 和=and 跟=and 与=and 哪个高=vs 谁高=vs pk=vs vs=vs 差距=vs 哪个多=vs
		工作日=cal 上班=cal 放假=cal 节假日=cal 调休=cal 上班吗=cal 休息=cal 补班=cal 法定节假日=cal 几天假=cal 国庆=holiday 春节=holiday 元旦=holiday 清明=holiday 五一=holiday 端午=holiday 中秋=holiday 过年=holiday
		手法=tech 新手法=tech:latest 最新手法=tech:latest 套路=tech 新套路=tech:latest 骗术=tech 新骗术=tech:latest 最新骗术=tech:latest 最新套路=tech:latest 话术=tech 诈骗手法=tech 诈骗类型=tech 诈骗=tech 骗局=tech 新型诈骗=tech:latest 最新诈骗=tech:latest 最近诈骗=tech:latest 案例=tech 典型案例=tech 怎么防=tech:counter 如何防=tech:counter 咋防=tech:counter 防范=tech:counter 怎么防范=tech:counter 如何防范=tech:counter 怎么识别=tech:counter 如何识别=tech:counter 预防=tech:counter 怎么预防=tech:counter 如何预防=tech:counter 防骗=tech:counter 什么是=tech:what 是什么=tech:what 啥是=tech:what 防范措施=tech:counter 应对=tech:counter 怎么应对=tech:counter 识别=tech:counter 最新=latest 最近=latest 新的=latest 近期=latest 新=latest
		被骗=victim 受骗=victim 上当=victim 受害人=victim 受害者=victim 被诈骗=victim 被骗人=victim 被骗了=victim 上当受骗=victim 受骗人=victim 被害人=victim 损失=victim 事主=victim 骗了=victim 当事人=victim 被骗的=victim
		身份证=pii 身份证号=pii 身份证号码=pii 手机号=pii 手机号码=pii 电话=pii 电话号码=pii 联系方式=pii 住址=pii 家庭住址=pii 住哪=pii 银行卡号=pii 银行卡=pii 联系电话=pii 微信号=pii 住在哪=pii 生日=pii 工资=pii 年龄=pii 家在哪=pii 卡号=pii 户籍=pii 病情=pii 什么病=pii 得了什么病=pii
		改成=edit 改为=edit 改到=edit 改一下=edit 修改=edit 调成=edit 调到=edit 补成=edit 凑成=edit 凑=edit 弄成=edit 做成=edit 删掉=edit 删了=edit 删除=edit 加几个=edit 补几个=edit 多报=edit 少报=edit 刷到=edit 造=edit 改下=edit 算成=edit 设成=edit 记成=edit 标成=edit 改高=edit 调高=edit 改=edit 去掉=edit 抹掉=edit 补满=edit 签满=edit 填成=edit 编=edit 伪造=edit 虚报=edit 提高到=edit 补上=edit 加上=edit 改好看=edit 清零=edit 清空=edit 当成=edit 写成=edit
		发到群里=shame 发群里=shame 群里公布=shame 群里点名=shame 点名=shame 公布=shame 在群里通报=shame 群里通报=shame 艾特=shame 晒=shame 曝光=shame 公示=shame 贴群里=shame 发群=shame 通报到群=shame 在群里点名=shame 在群里公布=shame 在群里=shame
		怎么查=help 你能查什么=help 能查什么=help 帮助=help help=help 怎么用=help 功能=help 菜单=help 使用说明=help 关键词=help 指令=help 你会什么=help 能干什么=help 你能干什么=help 能做什么=help 口令=help 怎么问=help 怎么操作=help 你是谁=help 说明书=help 教程=help 会什么=help 都能查啥=help 能查啥=help 咋查=help 咋用=help 可以查什么=help 使用方法=help 命令=help 你好=help 在吗=help
		连续=consec 连着=consec
		那次=that 那场=that 这次=that 这场=that 那天=that 那回=that 那条=that
		联合=role:联合 共同=role:联合 参与的=role:参与 主办=role:组织 牵头=role:组织
		进学校=act:进学校 进校园=act:进学校 进社区=act:进社区 进企业=act:进企业 进农村=act:进农村 进村=act:进农村 进家庭=act:进家庭 五进=act:五进 培训=act:培训 讲座=act:讲座 座谈=act:座谈 座谈会=act:座谈 演练=act:演练 赶集=act:赶集 入户=act:入户 集市=act:赶集 普法=act:普法 晨会=act:培训 竞赛=act:竞赛 班会=act:班会 培训会=act:培训 摆摊=act:赶集 宣传=act:宣传
		除了=except 不算=except 不包括=except 不包含=except 刨去=except 刨除=except 除去=except 抛开=except 扣除=except 撇开=except 不计=except 除=except 不算上=except 除开=except 以外=exceptend 之外=exceptend 不含=except 排除=except
		全县=scope:all 总体=scope:all 整体=scope:all 全部=scope:all 所有=scope:all 汇总=scope:sum 合计=scope:sum 总共=scope:all 概况=scope:all 一共=scope:all 总的=scope:all 大盘=scope:all 各=scope:all 都=scope:each 咋样=list:state 怎么样=list:state 如何=list:state 数据=list:state 统计=list:state 进展=list:state 进度=list:state 完成情况=list:state`},
	{qTag, `银行=银行 七家银行=银行 各银行=银行 七大行=银行 各家银行=银行 银行系统=银行 银行业=银行 7家银行=银行 几家银行=银行 各行=银行 中国银行业=银行 商业银行=银行 运营商=电信运营商 三大运营商=电信运营商 通信运营商=电信运营商 电信运营商=电信运营商 三家运营商=电信运营商 通信公司=电信运营商 通信企业=电信运营商 各运营商=电信运营商 基础运营商=电信运营商
		政法单位=政法 政法系统=政法 政法口=政法 政法部门=政法 政法机关=政法 政法=政法 公检法司=政法 公检法=政法 金融单位=金融 金融机构=金融 金融系统=金融 金融口=金融 金融部门=金融 金融行业=金融 金融=金融 金融企业=金融 财务人员=财务人员 会计=财务人员 财务=财务人员 财会人员=财务人员 财会=财务人员 会计人员=财务人员 出纳=财务人员
		乡镇=乡镇 各乡镇=乡镇 十个乡镇=乡镇 乡镇街道=乡镇 全部乡镇=乡镇 所有乡镇=乡镇 10个乡镇=乡镇 镇上=乡镇 乡=乡镇 各乡=乡镇 各镇=乡镇 各乡各镇=乡镇 下面乡镇=乡镇 十乡镇=乡镇 五镇五乡=乡镇 两院=数据通报 检法两院=数据通报 各政法单位=政法 政法各单位=政法 各金融机构=金融 驻县银行=银行 全部银行=银行 所有银行=银行 七家行=银行 7家行=银行 几大银行=银行 所有学校=学校 各中小学=学校 电信企业=电信运营商 通信行业=电信运营商 几家运营商=电信运营商 3家运营商=电信运营商 学校=学校 各学校=学校 中小学=学校 学生=学校 老师=学校 教师=学校 校园=学校 全县学校=学校 企业=企业 各企业=企业 公司=企业 国企=国企 国有企业=国企 个体户=个体户 商户=个体户 个体=个体户 个体工商户=个体户
		党委部门=党委 党委口=党委 党群=党委 政府部门=政府 政府口=政府 事业单位=事业 媒体=媒体 寄递=寄递 快递=寄递 监管部门=监管 数据通报单位=数据通报 牵头单位=牵头 重点地区=重点地区`},
	{qTopic, `积分清零=引流 积分兑换=引流 小卡片=引流 引流=引流 境外来电=引流 境外电话=引流 境外高薪=境外高薪招工 高薪招工=境外高薪招工 缅北=境外高薪招工 出国务工=境外高薪招工 二次诈骗=二次诈骗 追损=二次诈骗 帮追款=二次诈骗 冒充军警=冒充军警采购 冒充军人=冒充军警采购 冒充军警采购=冒充军警采购 军警采购=冒充军警采购 纪念币=门票代抢 代约=门票代抢 抢票=门票代抢 黄牛=门票代抢 人脸=AI换脸拟声 声音克隆=AI换脸拟声 拟声换脸=AI换脸拟声 冒充老师收费=冒充老师 冒充班主任=冒充老师 收费诈骗=冒充老师 冒充快递=冒充客服 快递理赔=冒充客服 假客服=冒充客服 假警察=冒充公检法 假领导=冒充领导熟人 冒充亲友=冒充领导熟人 冒充朋友=冒充领导熟人 冒充同事=冒充领导熟人 冒充校长=冒充领导熟人 冒充社保=医保社保 冒充税务=个税退税 退税诈骗=个税退税 代办退税=个税退税 修复征信=虚假征信 征信修复=虚假征信 裸贷=虚假贷款 套路贷=虚假贷款 荐股=虚假投资理财 炒币=虚假投资理财 理财诈骗=虚假投资理财 投资诈骗=虚假投资理财 理财=虚假投资理财 投资=虚假投资理财 交友诈骗=网络婚恋交友 婚恋诈骗=网络婚恋交友 网恋诈骗=网络婚恋交友 充值返利=网络游戏虚假交易 游戏充值=网络游戏虚假交易 游戏账号=网络游戏虚假交易 买卖账号=网络游戏虚假交易 跑分=两卡 帮信=两卡 帮信罪=两卡 工具人=两卡 卖卡=两卡 租卡=两卡 送黄金=线下交付黄金 取现金=线下交付黄金 线下取现=线下交付黄金 跑腿取钱=线下交付黄金 黄金诈骗=线下交付黄金 现金交付=线下交付黄金 会议软件=屏幕共享 远程控制=屏幕共享 木马=木马拉群骗财务 财务诈骗=木马拉群骗财务 裸聊敲诈=裸聊敲诈 机票诈骗=机票退改签 航班取消=机票退改签 航班=机票退改签 保健品=养老诈骗 养老骗局=养老诈骗 养生=养老诈骗 点赞=刷单返利 做任务=刷单返利 刷信誉=刷单返利 兼职=刷单返利 低价购物=虚假购物 二手交易=虚假购物 代购=虚假购物 直播打赏=虚假购物 小额贷=虚假贷款 电信诈骗=电信网络诈骗 电信网络诈骗=电信网络诈骗 电诈=电信网络诈骗 网络诈骗=电信网络诈骗 网络电信诈骗=电信网络诈骗 电信网络=电信网络诈骗 移动支付=移动支付 移动支付诈骗=移动支付 冒充领导=冒充领导熟人 冒充熟人=冒充领导熟人 冒充老板=冒充领导熟人 冒充领导熟人=冒充领导熟人 冒充公检法=冒充公检法 冒充公安=冒充公检法 冒充警察=冒充公检法 冒充法院=冒充公检法 冒充检察院=冒充公检法 冒充客服=冒充客服 客服退款=冒充客服 冒充电商客服=冒充客服 冒充银行=冒充客服 冒充移动=冒充客服 冒充联通=冒充客服 冒充老师=冒充老师
		刷单=刷单返利 刷单返利=刷单返利 兼职刷单=刷单返利 刷单诈骗=刷单返利 投资理财=虚假投资理财 虚假投资=虚假投资理财 虚假理财=虚假投资理财 杀猪盘=虚假投资理财 炒股=虚假投资理财 贷款=虚假贷款 网贷=虚假贷款 虚假贷款=虚假贷款 征信=虚假征信 虚假征信=虚假征信 注销校园贷=虚假征信 校园贷=虚假征信 网恋=网络婚恋交友 婚恋=网络婚恋交友 交友=网络婚恋交友 裸聊=裸聊敲诈 游戏=网络游戏虚假交易 游戏诈骗=网络游戏虚假交易 机票=机票退改签 退改签=机票退改签
		木马拉群=木马拉群骗财务 共享屏幕=屏幕共享 屏幕共享=屏幕共享 nfc=NFC盗刷 盗刷=NFC盗刷 两卡=两卡 断卡=两卡 手机口=两卡 goip=两卡 医保=医保社保 社保=医保社保 养老=养老诈骗 养老诈骗=养老诈骗 退税=个税退税 个税=个税退税 换脸=AI换脸拟声 ai换脸=AI换脸拟声 ai诈骗=AI换脸拟声 拟声=AI换脸拟声 购物=虚假购物 虚假购物=虚假购物 网购=虚假购物 门票=门票代抢 演唱会=门票代抢 快递诈骗=快递引流 安全账户=冒充公检法 验证码=验证码 百万保障=冒充客服 虚拟币=虚假投资理财 虚拟货币=虚假投资理财 班级群=冒充老师 收款码=冒充老师 黄金=线下交付黄金 etc=ETC短信 手机卡=两卡 电话卡=两卡`},
	{qNotUnit, `税务局 税务 国税 地税 人民银行 人行 央行 医院 人民医院 县医院 中医院 卫健局 卫健委 卫生局 卫健体局 民政局 人社局 社保局 住建局 交通局 交通运输局 水利局 农业局 农业农村局 林业局 文旅局 文化和旅游局 应急局 应急管理局 审计局 统计局 医保局 信访局 组织部 纪委 纪委监委 监委 统战部 团县委 团委 妇联 残联 工会 总工会 科协 文联 供电公司
		电力公司 国家电网 国网 自然资源局 国土局 生态环境局 环保局 退役军人局 退役军人事务局 能源局 煤监局 消防 消防队 消防大队 消防救援 气象局 烟草局 烟草公司 烟草 中石油 中石化 保险公司 人寿 平安保险 平安银行 招商银行 交通银行 浦发银行 民生银行 光大银行 兴业银行 中信银行 华夏银行 招行 交行 铁塔 铁塔公司 广电 广电网络 武装部 党校 档案馆 档案局 图书馆 机关事务
		教育厅 公安厅 公安部 财政厅 省厅 市局 市公安局 市委 省委 政协 县政协 政府办 县政府 县委办 乡村振兴局 扶贫办 煤矿 疾控中心 卫生院 幼儿园 行政审批局 审批局 城管局 城管 路政 交警队 看守所 发改委员会 商务局 粮食局 科技局 体育局 老干局 编办 红十字会 工商联 国安局 海关 邮政管理局 乡宁一中 一中 二中 职中 新华书店 自来水公司 燃气公司 晋商贷 长治银行 山西银行 农发行 农业发展银行 国开行`},
	{qFill, `查 查一下 查下 查查 看 看一下 看下 看看 麻烦 请 请问 帮 帮我 帮忙 帮我查 我想 我想看 我要 我要看 想看 想查 想问 给我 给 告诉我 的 地 得 了 吗 呢 吧 啊 呀 咧 哈 嘛 么有 一下 下 咱 咱们 俺 我 我们 你 您 这 那 个 有 是 在 里 上 到 把 被 又 也 还 就 才 还有 谢谢 麻烦看下 麻烦查下 多少 几 共 总 来个 列 说说 讲讲 问下 问一下 显示 展示 要 想 知道 能 能不能 可以 现在 目前 至今 截至 截止 到目前 截止目前
		到现在 以来 期间 月 年 日 号 份 名 条 次 场 家 位 至 反诈 单位的 全 每 每个 各个 都有 过 完 好 没呢 呗 嘞 哦 嗯 那个 小 大 什么 啥 怎么 哪 哪里 哪个 怎样 咋 请帮我 劳驾 辛苦 您好 给出 报一下 报下 汇报 发现 做过 本 此 该 它 他 她 他们 老 姓 叫 还是 或 或者 以及 及 关于 对 对于 从 自 分别 各自 具体 详细 喂 任务 咱们县 到底 已经 都 哪些个 拉个 拉一下 调一下 调取 查询 查询一下 反馈一下 请列出 列出 请查 请看 请帮忙 同 家的 那里 那边 这边 哈 嘞 咯 哩 呐 哇 不 头 份的 里头 方面`},
	{qOther, `吃 喝 玩 睡觉 移动电话 移动端 移动互联网 公安机关 财政补贴 教育孩子 司法解释 司法建议 宣传单 宣传资料 宣传册 宣传月 集中宣传月 宣传栏 中国银行业协会 邮政编码 农业 工业 法院院长 办公室 网络安全 电信网 数字 电视 天气 下雨 中午 吃 彩票 股市 笑话 几点了 新闻 小说 唱歌 足球 世界杯 翻译 作诗 写诗 菜谱`},
}
