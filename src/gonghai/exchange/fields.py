"""The fields an import knows, and the column names people and other programs use for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from gonghai.exchange.faults import FileCode

# What several columns of one field become: the first alone, all values, or one text.
Several = Literal["first", "all", "joined"]


@dataclass(frozen=True)
class Field:
    """One importable field. `names`: column names that mean it, best first; `endings`: weak signs, only if nothing else
    means it."""

    name: str
    zh: str
    en: str
    names: tuple[str, ...]
    several: Several = "first"
    endings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fields:
    """The fields of one kind of file. One of `needed` must have a column; `without` is the refusal where none has."""

    all: tuple[Field, ...]
    needed: frozenset[str]
    without: FileCode

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        return {field.name: field for field in self.all}


def field(name: str, zh: str, en: str, names: str, several: Several = "first", endings: tuple[str, ...] = ()) -> Field:
    words = (zh, en, *names.split("|"), name)
    return Field(name, zh, en, words, several, endings)


FIELDS = (
    field(
        "external_id",
        "外部编号",
        "External ID",
        "外部id|客户编号|客户编码|客户id|客户代码|线索编号|线索id|customer id|customer no|customer number|"
        "customer code|lead id|contact id|account id|record id|prospect id|股票代码|id|编号|编码|代码|code|no",
        endings=("编号", "编码", "代码"),
    ),
    field(
        "name",
        "客户名称",
        "Customer",
        "客户名|客户|公司名称|公司全称|公司名|公司|企业名称|企业全称|企业|单位名称|单位|商户名称|线索名称|"
        "customer name|company name|company|account name|account|organization|organisation|organization name|"
        "organisation name|lead name|name|full name|名称|客户姓名|姓名|code name",
        endings=("名称",),
    ),
    field("kind", "客户类型", "Kind", "客户性质|公司或个人|customer type|customer kind|company or person"),
    field("level", "客户级别", "Level", "客户等级|级别|等级|重要程度|customer level|rating|grade|tier"),
    field("source", "客户来源", "Source", "线索来源|来源|来源渠道|获客渠道|渠道|lead source|customer source|channel"),
    field("industry", "行业", "Industry", "所属行业|客户行业|行业类型|sector"),
    field(
        "region",
        "地区",
        "Region",
        "区域|所在地区|所属区域|大区|省份|省|所在省份|所在省|province|state|billing state|billing state province",
    ),
    field(
        "stage",
        "阶段",
        "Stage",
        "客户阶段|客户状态|线索状态|跟进状态|跟进阶段|销售阶段|lead status|lead stage|stage name|lifecycle stage|"
        "customer status|customer stage",
    ),
    field(
        "phones",
        "电话",
        "Phones",
        "手机|手机号|手机号码|联系电话|联系方式|联系手机|电话号码|固定电话|固话|座机|公司电话|办公电话|移动电话|联系人电话|"
        "联系人手机|客户电话|phone|phone number|mobile|mobile phone|mobile number|tel|telephone|cell|cell phone|"
        "work phone|home phone|business phone|company phone|contact phone",
        several="all",
    ),
    field(
        "emails",
        "邮箱",
        "E-mails",
        "电子邮箱|电子邮件|邮件|邮件地址|邮箱地址|联系人邮箱|公司邮箱|email|email address|mail|work email|"
        "contact email",
        several="all",
    ),
    field("wechat", "微信", "WeChat", "微信号|微信id|wechat id|weixin|wechat account"),
    field("website", "网站", "Website", "网址|官网|公司网站|公司网址|公司官网|主页|web site|web|url|homepage"),
    field(
        "uscc",
        "统一社会信用代码",
        "Unified social credit code",
        "社会信用代码|信用代码|税号|纳税人识别号|credit code|social credit code",
    ),
    field(
        "address",
        "地址",
        "Address",
        "详细地址|公司地址|联系地址|办公地址|通讯地址|客户地址|注册地址|城市|所在城市|市|区县|区|县|街道|邮编|邮政编码|"
        "street|street address|address line|district|city|county|zip|zip code|postal code|country|billing address|"
        "billing street|billing city|billing postal code|billing country",
        several="joined",
    ),
    field("tags", "标签", "Tags", "客户标签|tag|labels|label", several="all"),
    field(
        "amount",
        "金额",
        "Amount",
        "预计金额|预计成交金额|预计销售金额|商机金额|意向金额|合同金额|deal value|deal amount|expected amount|"
        "estimated value|opportunity amount",
    ),
    field(
        "contract_end",
        "合同到期",
        "Contract end",
        "合同到期日|合同到期日期|合同到期时间|合同结束日期|合同结束时间|合同终止日期|合同截止日期|到期日期|到期日|服务到期|"
        "contract end date|contract expiry|contract expiry date|contract expires|renewal date|expiry date",
    ),
    field(
        "owner",
        "负责人",
        "Owner",
        "客户负责人|所属人|归属人|归属销售|销售负责人|销售人员|销售|业务员|客户经理|所有者|owner email|owner login|"
        "lead owner|account owner|contact owner|record owner|customer owner|salesperson|sales rep|assigned to|跟进人",
    ),
    field("pool", "公海", "Pool", "所属公海|公海名称|公海池|客户池|pool name|lead pool|home pool"),
    field(
        "contact_name",
        "联系人",
        "Contact",
        "联系人姓名|首要联系人|主要联系人|对接人|姓名|姓|名|contact name|contact person|primary contact|person name|"
        "full name|first name|middle name|last name|given name|family name|surname|"
        "contact first name|contact last name|lead first name|lead last name",
        several="joined",
    ),
    field(
        "contact_title",
        "联系人职务",
        "Contact's title",
        "职务|职位|头衔|联系人职位|title|job title|job position|position|contact title",
    ),
    field(
        "follow_up_at",
        "跟进时间",
        "Follow-up time",
        "跟进日期|最近跟进时间|最后跟进时间|最新跟进时间|上次跟进时间|联系时间|最近联系时间|上次联系时间|follow up at|"
        "follow up date|last contacted|last follow up|call start time|activity date|last activity date",
    ),
    field("follow_up_kind", "跟进方式", "Follow-up kind", "跟进类型|联系类型|follow up type|call type|activity type"),
    field(
        "follow_up_note",
        "跟进记录",
        "Follow-up note",
        "跟进内容|跟进情况|跟进备注|最近跟进记录|最新跟进记录|最后跟进记录|沟通记录|沟通内容|follow up notes|follow up|"
        "call notes|subject",
    ),
    field("follow_up_by", "跟进人", "Follow-up by", "跟进人员|最后跟进人|follow up owner|call owner|event owner"),
    field(
        "created_at",
        "创建时间",
        "Created at",
        "创建日期|录入时间|录入日期|添加时间|created time|created date|create date|created on|creation date|"
        "date created",
    ),
    field(
        "note",
        "备注",
        "Note",
        "说明|描述|客户备注|备注信息|notes|remark|remarks|comment|comments|description|memo",
        several="joined",
    ),
)
# Of customers and of follow-ups.
CUSTOMER_FIELDS = Fields(FIELDS, frozenset({"name", "external_id", "contact_name"}), "no_name_column")
FIELD_BY_NAME = CUSTOMER_FIELDS.by_name
