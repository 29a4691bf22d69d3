"""Getting logs off nodes. The only product code that speaks SSH."""
