"""Says what is wrong with an import in sentences, Chinese and English."""

from typing import Literal

from gonghai.customers.likeness import in_words
from gonghai.exchange.faults import CellCode, CellError, FileCode, ImportFileError

Language = Literal["zh", "en"]

_FILE: dict[FileCode, dict[Language, str]] = {
    "empty_file": {"zh": "文件是空的", "en": "The file is empty"},
    "no_rows": {"zh": "文件只有表头，没有数据行", "en": "The file has a header row, but no rows of data"},
    "unreadable_file": {
        "zh": "文件无法读取：它已损坏、加了密码，或不是表格文件（{why}）",
        "en": "The file can't be read: it is damaged, protected by a password, or not a spreadsheet ({why})",
    },
    "unknown_encoding": {
        "zh": "无法识别文件的文字编码；请另存为 UTF-8 格式的 CSV，或指定编码",
        "en": "The file's text encoding can't be recognised; save it as CSV UTF-8, or name the encoding",
    },
    "zip_bomb": {
        "zh": "拒绝读取：这个表格文件展开后会超出限制（{why}，上限 {limit}）",
        "en": "Refused: unpacked, this spreadsheet would exceed a limit ({why}, at most {limit})",
    },
    "line_too_long": {
        "zh": "第 {row} 行超过 {limit} 个字符；请检查文件是否缺少换行",
        "en": "Row {row} is longer than {limit} characters; does the file lack line breaks?",
    },
    "duplicate_header": {
        "zh": "「{header}」这一列出现了多次（列 {columns}）；请只保留一列，或改名",
        "en": 'The column "{header}" is there more than once (columns {columns}); keep one, or rename the others',
    },
    "no_header_recognised": {
        "zh": "没有认出任何表头；第一行应为列名，如「客户名称」「电话」。读到的是：{headers}",
        "en": 'No column name is known; the first row must hold names like "Customer" or "Phone". Found: {headers}',
    },
    "no_name_column": {
        "zh": "没有「客户名称」列，也没有「外部编号」列；请指定哪一列是客户名称。读到的是：{headers}",
        "en": "There is no column for the customer's name, nor for an external id; say which it is. Found: {headers}",
    },
    "no_login_column": {
        "zh": "没有「登录名」列；成员按登录名对应，请指定哪一列是登录名。读到的是：{headers}",
        "en": "There is no column for the login, by which people are known; say which it is. Found: {headers}",
    },
    "mapping_unknown_header": {
        "zh": "指定了「{header}」列，但文件里没有。文件的列：{headers}",
        "en": 'The mapping names the column "{header}", which the file doesn\'t have. Its columns: {headers}',
    },
    "mapping_unknown_field": {
        "zh": "没有名为 {field} 的字段",
        "en": "There is no field called {field}",
    },
    "mapping_field_twice": {
        "zh": "字段 {field} 被指定了多次（「{header}」）",
        "en": 'The field {field} is given more than one column ("{header}")',
    },
    "pool_closed": {
        "zh": "公海「{pool}」已关闭；请选择另一个公海",
        "en": 'The pool "{pool}" was closed; choose another one',
    },
    "importer_may_not": {
        "zh": "导入人现在没有管理成员的权限，导入已停止；请由管理员重新导入",
        "en": "Whoever started the import may not manage people any more, so it stopped; an administrator can import anew",
    },
    "internal_error": {
        "zh": "系统内部出错，导入没有完成；详情见服务日志",
        "en": "Something failed inside, and the import did not finish; the server's log has the details",
    },
}

_CELL: dict[CellCode, dict[Language, str]] = {
    "bad_encoding": {
        "zh": "有无法识别的字符（文字编码与文件其余部分不同）",
        "en": "It has characters that can't be read (in another encoding than the rest of the file)",
    },
    "bad_quotes": {
        "zh": "引号不成对，或引号后还有文字",
        "en": "A quotation mark is not closed, or text follows a closing one",
    },
    "nul_byte": {"zh": "含有空字符（NUL）", "en": "It contains a NUL character"},
    "too_many_cells": {
        "zh": "单元格比表头多（是否有未加引号的分隔符？）",
        "en": "The row has more cells than the header (a separator without quotes?)",
    },
    "formula_without_value": {
        "zh": "公式没有计算结果；请在表格软件中打开并保存，或填入数值",
        "en": "The formula has no stored result; open and save the file in a spreadsheet program, or type the value",
    },
    "formula_error": {"zh": "公式出错：{value}", "en": "The formula failed: {value}"},
    "too_long": {
        "zh": "太长：{length} 个字符，最多 {limit} 个",
        "en": "Too long: {length} characters, at most {limit}",
    },
    "too_many_values": {"zh": "值太多，最多 {limit} 个", "en": "Too many values, at most {limit}"},
    "digits_lost": {
        "zh": "「{value}」是被表格软件截断的数字，原来的位数已丢失；请改为文本格式后重新填写",
        "en": '"{value}" is a number whose digits a spreadsheet has dropped; type it again in a cell formatted as text',
    },
    "customer_missing": {
        "zh": "没有客户名称，也没有外部编号",
        "en": "There is neither a customer's name nor an external id",
    },
    "unknown_kind": {"zh": "「{value}」既不是公司也不是个人", "en": '"{value}" is neither company nor person'},
    "bad_phone": {
        "zh": "「{value}」不是有效的电话号码（未写国家代码时按 {region} 识别）",
        "en": '"{value}" is not a valid phone number (without a country code it is read as one of {region})',
    },
    "phone_country_unclear": {
        "zh": "「{value}」像是北美号码；请加上国家代码（如 +1），或按中国的写法填写",
        "en": '"{value}" looks like a North American number; add the country code (+1), or write it the Chinese way',
    },
    "bad_email": {"zh": "「{value}」不是有效的邮箱地址", "en": '"{value}" is not a valid e-mail address'},
    "bad_uscc": {
        "zh": "「{value}」不是有效的统一社会信用代码（18 位，含校验位）",
        "en": '"{value}" is not a valid unified social credit code (18 characters with a check character)',
    },
    "bad_website": {"zh": "「{value}」不是网址", "en": '"{value}" is not a web address'},
    "bad_amount": {"zh": "「{value}」不是金额", "en": '"{value}" is not an amount'},
    "negative_amount": {"zh": "金额不能为负：{value}", "en": "An amount can't be negative: {value}"},
    "amount_too_large": {"zh": "金额太大：{value}", "en": "The amount is too large: {value}"},
    "bad_date": {
        "zh": "「{value}」不是可识别的日期；请写成 2024-01-31 或 2024年1月31日",
        "en": '"{value}" is not a date that can be read; write 2024-01-31',
    },
    "impossible_date": {"zh": "「{value}」这个日期或时间不存在", "en": 'There is no such date or time as "{value}"'},
    "ambiguous_date": {
        "zh": "「{value}」可能是 {one}（月-日），也可能是 {other}；请写成 2024-01-31 的形式",
        "en": '"{value}" may be {one} or {other} (month-day); write it as 2024-01-31',
    },
    "follow_up_in_future": {
        "zh": "跟进时间 {value} 在将来（今天是 {today}）",
        "en": "The follow-up time {value} lies in the future (today is {today})",
    },
    "unknown_owner": {
        "zh": "没有登录名、邮箱或姓名为「{value}」的在职成员",
        "en": 'There is no active person with the login, e-mail or name "{value}"',
    },
    "ambiguous_owner": {
        "zh": "有多位在职成员的邮箱或姓名是「{value}」；请填写登录名",
        "en": 'Several active persons have the e-mail or name "{value}"; write the login',
    },
    "unknown_pool": {"zh": "没有名为「{value}」的公海", "en": 'There is no pool named "{value}"'},
    "name_missing": {
        "zh": "系统里还没有这个外部编号的客户，新建需要客户名称",
        "en": "No customer has this external id yet, and a new one needs a name",
    },
    "repeated": {
        "zh": "外部编号「{value}」与第 {first} 行重复；请只保留一行",
        "en": 'The external id "{value}" is that of row {first} too; keep one of them',
    },
    "same_as_row": {
        "zh": "与第 {first} 行是同一个客户（{by}相同），没有导入",
        "en": "The same customer as in row {first} (same {by}); left out",
    },
    "same_as_customer": {
        "zh": "与已有客户「{name}」（{where}）是同一个（{by}相同），没有导入",
        "en": 'The same as the customer "{name}" ({where}), who is here already (same {by}); left out',
    },
    "unknown_customer": {
        "zh": "没有外部编号为「{value}」的客户；请先导入客户",
        "en": 'No customer has the external id "{value}"; import the customers first',
    },
    "time_missing": {"zh": "没有跟进时间", "en": "There is no time of the follow-up"},
    "login_missing": {
        "zh": "没有登录名；请填写，成员按登录名对应",
        "en": "There is no login; write it, as people are known by it",
    },
    "login_malformed": {"zh": "登录名「{value}」里不能有空格", "en": 'A login has no spaces: "{value}"'},
    "unknown_role": {
        "zh": "没有「{value}」这个角色；可填：销售、主管、管理员、审计，多个用顿号隔开",
        "en": 'There is no role "{value}"; write sales rep, manager, administrator or auditor, several with commas',
    },
    "unknown_state": {
        "zh": "看不懂状态「{value}」；请填「在职」或「离职」，不改就留空",
        "en": 'The state "{value}" is not understood; write active or left, or nothing to leave it as it is',
    },
    "unknown_yes_no": {
        "zh": "看不懂「{value}」；是本部门的负责人就填「是」，不是填「否」，不改就留空",
        "en": '"{value}" is not understood; write yes or no, or nothing to leave it as it is',
    },
    "several_emails": {"zh": "只能填一个邮箱：{value}", "en": "Write one e-mail address: {value}"},
    "login_repeated": {
        "zh": "登录名「{value}」与第 {first} 行重复；请只保留一行",
        "en": 'The login "{value}" is that of row {first} too; keep one of them',
    },
    "login_taken": {
        "zh": "登录名「{value}」已被其他企业使用；请换一个",
        "en": 'The login "{value}" is taken by another company; choose another one',
    },
    "person_name_missing": {
        "zh": "系统里还没有这个登录名，新建成员需要姓名",
        "en": "Nobody has this login yet, and somebody new needs a name",
    },
    "unknown_department": {
        "zh": "没有部门「{value}」；请先在「成员」页新建，或导入时选「自动新建缺少的部门」",
        "en": 'There is no department "{value}"; add it on the page Team, or let the import make missing departments',
    },
    "ambiguous_department": {
        "zh": "「{value}」可能是这几个部门之一：{departments}；请写出完整的路径",
        "en": '"{value}" may be one of several departments: {departments}; write the whole path',
    },
    "role_not_yours": {
        "zh": "这个密钥不能授予管理员角色；请由管理员在网页上导入",
        "en": "This key may not make administrators; an administrator can import on the web page",
    },
    "own_admin": {
        "zh": "不能通过导入取消自己的管理员角色；请由另一位管理员来做",
        "en": "An import can't take your own administrator role away; another administrator can",
    },
    "last_admin": {
        "zh": "这是最后一位在职的管理员；请先让另一位成员成为管理员",
        "en": "This is the last active administrator; make somebody else one first",
    },
    "leaves_themself": {
        "zh": "不能通过导入停用自己；请由另一位管理员来做",
        "en": "An import can't deactivate yourself; another administrator can",
    },
    "unknown_leaver": {
        "zh": "没有登录名为「{value}」的成员，无法办理离职；请核对登录名，或删去这一行",
        "en": 'Nobody has the login "{value}", so nobody can leave; check the login, or delete the row',
    },
    "person_left": {
        "zh": "「{value}」已离职；要重新启用请在「状态」列填「在职」，否则删去这一行",
        "en": '"{value}" has left; write active in the column State to take them back, or delete the row',
    },
}


def explained(error: CellError | ImportFileError, language: Language) -> str:
    """What is wrong, in one sentence without a full stop; a cell's row and column are left to the caller."""
    if isinstance(error, CellError):
        data = dict(error.data)
        if "by" in data:
            data["by"] = in_words(data["by"])[("zh", "en").index(language)]
        if "departments" in data:
            data["departments"] = {"zh": "、", "en": ", "}[language].join(data["departments"])
        return _CELL[error.code][language].format(value=error.value, **data)
    told = {key: ", ".join(map(str, value)) if isinstance(value, list) else value for key, value in error.data.items()}
    if error.code in _CELL:
        header = {"zh": "表头（第 {row} 行）有误：", "en": "The header (row {row}) is faulty: "}[language].format(
            **told
        )
        return header + _CELL[error.code][language]
    return _FILE[error.code][language].format(**told)  # type: ignore[index]  # the other kind of code
