"""保存期限: what is removed after its time, by dated rules; nothing is evidence that a rule here names."""
