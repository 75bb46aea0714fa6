/* The kernel takes no stacks for programs on packets. */
tcp:::send { @[stack()] = count(); }
