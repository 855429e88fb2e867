"""Words of danger: who writes them is told to dial 110 first."""

WORDS = (
    "救命", "杀人", "要杀", "砍人", "持刀", "拿刀", "拿着刀", "拿菜刀", "动刀", "捅人", "捅死", "打死", "被打", "正在打", "打起来", "家暴",
    "自杀", "跳楼", "轻生", "不想活", "割腕", "喝农药", "绑架", "被关", "被困", "抢劫", "强奸", "猥亵", "跟踪我",
    "着火", "起火", "失火", "爆炸", "煤气泄漏", "燃气泄漏", "投毒", "昏迷", "没有呼吸", "走失", "失踪", "被拐", "撞人了",
)  # fmt: skip


def danger_in(*texts: str) -> str | None:
    """The first word of danger in the texts, if any. Too often is better than too seldom: it only costs one tap."""
    return next((word for text in texts for word in WORDS if word in text), None)


def sounds_dangerous(*texts: str) -> bool:
    """Whether any of the texts holds a word of danger."""
    return danger_in(*texts) is not None
