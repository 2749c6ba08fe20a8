"""The columns of an item list and the headers they go by.

An import is lenient: only the name and the basis must be columns of the file, since what a list has to state differs
between rule-sets; publishing is strict (`publishing.py`). Lists come with one column for the name (抽查事项), or with
two or three that are told together: 抽查类别 or 抽查项目 above, 抽查子项 below.
"""

from inspection.registry.intake.columns import Column

ITEM_COLUMNS = (
    Column("code", ("事项编码", "事项代码", "抽查事项编码", "事项编号", "code", "item code")),
    Column("heading", ("抽查类别", "抽查大类", "抽查项目", "heading")),
    Column("name", ("抽查事项", "事项名称", "抽查事项名称", "抽查项目", "name", "item", "item name"), required=True),
    Column("sub_item", ("抽查子项", "抽查项目子项", "抽查事项子项", "子项", "sub item")),
    Column("basis", ("抽查依据", "检查依据", "法律依据", "依据", "basis"), required=True),
    Column("subject", ("抽查主体", "检查主体", "实施主体", "抽查部门", "subject")),
    Column("object", ("抽查对象", "检查对象", "对象", "object")),
    Column("content", ("抽查内容", "检查内容", "内容", "content")),
    Column("method", ("抽查方式", "检查方式", "抽查方法", "检查方法", "方式", "method")),
    Column("ratio", ("抽查比例", "比例", "抽查比例、频次", "抽查比例和频次", "ratio")),
    Column("frequency", ("抽查频次", "抽查频率", "频次", "frequency")),
    Column("checklist", ("检查要点表", "要点表编码", "检查表", "checklist", "checklist code")),
    Column("class", ("事项类别", "事项类型", "检查事项类别", "类别", "class", "item class")),
    Column("kinds", ("适用对象类型", "适用类型", "object kinds", "applies to")),
    Column("qualification", ("人员资质要求", "检查人员要求", "资质要求", "qualification", "inspector requirement")),
    Column("channel", ("公开途径", "公示途径", "channel")),
    Column("joint", ("部门联合", "可联合", "是否部门联合", "joint")),
    Column("lead", ("牵头部门", "发起部门", "lead department")),
    Column("departments", ("参与部门", "配合部门", "联合部门", "participating departments")),
    Column("note", ("备注", "说明", "remark", "note")),
)
