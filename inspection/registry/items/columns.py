"""The columns of an item list and the headers they go by."""

from inspection.registry.intake.columns import Column

ITEM_COLUMNS = (
    Column("code", ("事项编码", "事项代码", "抽查事项编码", "code", "item code"), required=True),
    Column("name", ("抽查事项", "事项名称", "抽查事项名称", "name", "item", "item name"), required=True),
    Column("basis", ("抽查依据", "检查依据", "依据", "basis"), required=True),
    Column("subject", ("抽查主体", "检查主体", "实施主体", "subject")),
    Column("object", ("抽查对象", "检查对象", "对象", "object"), required=True),
    Column("content", ("抽查内容", "检查内容", "内容", "content"), required=True),
    Column("method", ("抽查方式", "检查方式", "方式", "method"), required=True),
    Column("ratio", ("抽查比例", "比例", "ratio"), required=True),
    Column("frequency", ("抽查频次", "频次", "frequency"), required=True),
    Column("checklist", ("检查要点表", "要点表编码", "检查表", "checklist", "checklist code")),
    Column("class", ("事项类别", "类别", "class", "item class")),
    Column("kinds", ("适用对象类型", "适用类型", "object kinds", "applies to")),
    Column("qualification", ("人员资质要求", "资质要求", "qualification", "inspector requirement")),
    Column("channel", ("公开途径", "公示途径", "channel")),
    Column("joint", ("部门联合", "可联合", "joint")),
)
