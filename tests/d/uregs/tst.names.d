/* Each register of the machine, by its general name and those of 64-bit programs. */
#pragma D option quiet

BEGIN
{
	printf("%d %d", uregs[R_PC] == uregs[R_RIP], uregs[R_SP] == uregs[R_RSP]);
	printf(" %d %d", uregs[R_PS] == uregs[R_RFL], uregs[R_R0] == uregs[R_RAX]);
	printf(" %d %d\n", uregs[R_SP] > uregs[R_PC], (uregs[R_PS] & 0x202) == 0x202);
	printf("%d %d %d %d", uregs[R_CS] & 3, uregs[R_SS] & 3, uregs[R_EIP] == uregs[R_PC], uregs[R_ESP] == uregs[R_SP]);
	printf(" %d %d %d\n", uregs[R_FSBASE] != 0, uregs[R_GSBASE], uregs[R_DS]);
	this->all = uregs[R_R15] | uregs[R_R14] | uregs[R_R13] | uregs[R_R12] | uregs[R_R11] | uregs[R_R10] | uregs[R_R9] |
	    uregs[R_R8] | uregs[R_RDI] | uregs[R_RSI] | uregs[R_RBP] | uregs[R_RBX] | uregs[R_RDX] | uregs[R_RCX];
	printf("%d\n", this->all != 0);
	exit(0);
}
