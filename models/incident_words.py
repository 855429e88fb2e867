"""What a spreadsheet of 110 incidents must not bring: columns about people or contents, kinds that nobody is rung about.

The columns are those of DESIGN §3 (matters, not people); the kinds those that the product's plan rules out, in the words in which 110
sorts calls (our own list, wide on purpose: one callback less hurts nobody).
"""

from models.sheet import plain

PERSONAL = (
    "内容", "简要", "案情", "警情描述", "描述", "经过", "情况", "详情", "备注", "处警结果",
    "姓名", "名字", "称呼", "报警人", "当事人", "联系人", "嫌疑人", "受害人", "性别", "年龄", "出生", "民族",
    "地址", "住址", "地点", "位置", "门牌", "经度", "纬度", "坐标",
    "身份证", "证件", "身份号", "银行卡", "车牌", "微信",
)  # fmt: skip
COLUMNS = {"警情编号": "number", "时间": "time", "社区": "community", "类别": "kind", "电话": "phone"}  # all that is taken
NOT_ASKED = (
    "家暴", "家庭暴力", "夫妻", "丈夫", "妻子", "老公", "老婆", "前夫", "前妻", "虐待", "遗弃", "受虐", "告诫",
    "强奸", "性侵", "猥亵", "性骚扰", "性犯罪", "侮辱", "裸", "卖淫", "嫖娼", "偷拍",
    "未成年", "儿童", "幼女", "幼儿", "婴儿", "少年", "少女", "女童", "男童", "幼童", "小孩", "孩子", "小学", "初中", "高中", "学生", "校园", "欺凌", "拐卖",
    "举报", "检举", "揭发", "线索", "控告", "投诉", "涉黑", "涉恶", "黄赌毒", "涉毒", "吸毒", "赌博",
)  # fmt: skip


def is_personal(title: str) -> bool:
    """Whether a column's title promises contents, or something about a person."""
    return any(word in plain(title) for word in PERSONAL)


def is_not_asked(kind: str) -> bool:
    """Whether nobody is rung about an incident of this kind: domestic violence, sexual offences, minors, reports against others."""
    return any(word in plain(kind) for word in NOT_ASKED)
