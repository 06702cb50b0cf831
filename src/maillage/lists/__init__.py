"""Lists that partners keep of firms, without their numbers: recognised in the register, line by line, and explained."""
