package evidence

import (
	"fmt"
	"strings"
)

// readme explains the file to whoever opens it.
func readme(county string, m manifest, size int64, key string, remarks []string) string {
	return strings.Join([]string{
		county + m.month.Chinese() + "反诈教育证据包",
		"",
		"一、内容",
		fileUnits + "　　每个单位一行：建群、推送、签到、请假、联络员报数、教育活动",
		fileCheckIns + "　　每条签到一行，含方式、依据（上报编号）、回执编号和台账条目编号",
		fileDeliveries + "　　每次推送到每个群一行",
		fileGroups + "　　单位和群的绑定",
		fileFilings + "　　每件上报一行：代签、接龙、粘贴、报数、活动等，由谁上报、由谁办结",
		fileLeave + "　　每条请假一行",
		fileActivities + "　　每件上报的教育活动一行",
		fileEntries + "　　以上各表所依据的台账原始条目",
		fileProof + "、" + fileCheckpoint + "、" + fileManifest + "　　证明材料和签名",
		m.privacy(),
		"",
		"二、核验",
		"任何人都可以核验，不需要联网，也不需要信任办公室的服务器：",
		"　　fanzha verify 本文件.zip --key 公钥",
		"公钥应从单位群的公告或办公室的正式文件取得，不要用本文件里的。供对照：",
		"　　" + key,
		"群里每次签到小结末尾的“存证点”由各单位留存。用留存的存证点核验，可以发现整本台账被换过：",
		"　　fanzha verify 本文件.zip --key 公钥 --witness 存证点",
		"",
		"三、证据等级（由高到低）",
		"1. 本人签到（卡片、文字）：本人用自己的账号点击或发送，程序当时收到并记入台账。",
		"2. 代签、接龙：联络员或办公室替他人登记，或者群内接龙里写有姓名。本人没有操作，凭据是“依据”一栏的上报。",
		"3. 粘贴：从普通微信群复制来的聊天记录或接龙。程序没有见到原群，台账里有登记当时的原文摘要，改动过的原文对不上。",
		"4. 联络员报数：只有数字，没有姓名，不与签到人数相加。",
		"同一人既有本人签到又被他人登记的，只按本人签到计一次。",
		"教育活动、零发案是单位自己的说法：活动应另备照片、签到表等材料，零发案以公安机关核实为准。",
		"",
		"四、说明",
		fmt.Sprintf("台账共 %d 条，本文件包含第 %d 至 %d 条的全部条目，此前有关的单位、群、人员和预警条目，以及其他时间为本月上报、补登、更正的条目。范围之外有无更晚的名册、上报或更正，本文件不能证明，以导出时的台账为准。", size, m.from, m.to),
		strings.Join(remarks, "\n"),
		"表中“—”表示没有，或者没有名册、本文件隐去了名册而无法比对。",
		"",
	}, "\n")
}

// privacy says what of persons is in the file.
func (m manifest) privacy() string {
	switch {
	case m.masked:
		return "已隐去姓名和账号，只有成员编号。因此认不出被代签的人与本人签到的是不是同一人，签到人数可能比不隐去时多。"
	case m.texts:
		return "含签到人姓名和账号、活动上报的原文，以及粘贴的原文，属个人信息，请按规定保管，不得公开。核验时会把粘贴的原文与台账里的摘要对照。"
	}
	return "含签到人、请假人姓名和账号，以及活动上报的原文，属个人信息，请按规定保管，不得公开。粘贴的原文不在本文件里，只有摘要；确需原文的，用 fanzha export --texts 另行导出。"
}
