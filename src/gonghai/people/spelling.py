"""How a person's name is found by what people type: characters, pinyin, initials."""

import unicodedata

from pypinyin import Style, lazy_pinyin


def folded(text: str) -> str:
    """NFKC, lower case, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def spelling(name: str) -> str:
    """The stored text of a name: 王芳 → 王芳|wangfang|wf."""
    plain = folded(name)
    syllables = lazy_pinyin(plain, style=Style.NORMAL)
    return f"{plain}|{''.join(syllables)}|{''.join(s[:1] for s in syllables)}"
