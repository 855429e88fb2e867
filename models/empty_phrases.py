"""Phrases that sound like an answer and are none: a resident who reads them knows no more than before. Asked about once, never refused."""

PHRASES = (
    "高度重视", "予以解决", "予以处理", "予以关注", "尽快予以", "积极协调", "正在积极处理", "正在核实处理中", "妥善处理",
    "加大力度", "进一步加强", "常抓不懈", "相关责任部门", "感谢您的理解与支持", "感谢您的理解和支持",
    "感谢您对公安工作的支持", "您的满意是我们的追求", "您的满意就是我们的追求",
)  # fmt: skip


def empty_phrase_in(text: str) -> str | None:
    """The first of them in the list that stands in the text."""
    return next((phrase for phrase in PHRASES if phrase in text), None)
