"""The fields of a file of people, and the column names that HR lists and other programs use for them."""

from typing import Final

from gonghai.exchange.fields import Fields, field

PEOPLE_FIELDS: Final = Fields(
    (
        field(
            "login",
            "登录名",
            "Login",
            "登录账号|登录帐号|账号|帐号|用户名|用户账号|员工账号|login name|sign in name|username|user name|user id|user|"
            "account|工号|员工工号|员工编号|employee id|employee no|employee number|staff id",
        ),
        field(
            "name",
            "姓名",
            "Name",
            "成员姓名|员工姓名|用户姓名|中文名|名字|成员|员工|full name|display name|employee name|employee|person",
        ),
        field(
            "department",
            "部门",
            "Department",
            "所属部门|所在部门|部门名称|部门路径|组织|所属组织|department name|department path|dept|team|org unit",
        ),
        field("roles", "角色", "Roles", "系统角色|用户角色|权限角色|权限|role|user role"),
        field(
            "email",
            "邮箱",
            "E-mail",
            "电子邮箱|电子邮件|邮件|邮箱地址|工作邮箱|公司邮箱|email|email address|mail|work email",
        ),
        field(
            "state",
            "状态",
            "State",
            "在职状态|员工状态|人员状态|成员状态|账号状态|status|employment status|employee status",
        ),
        field(
            "leads",
            "部门负责人",
            "Leads the department",
            "是否部门负责人|是否负责人|负责人|部门主管|是否部门主管|leads department|leads|lead|is lead|team lead|"
            "department lead|department head",
        ),
    ),
    frozenset({"login"}),
    "no_login_column",
)
