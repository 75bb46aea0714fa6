#pragma D option quiet

/* The socket of a reset may be NULL, which the kernel's verifier knows; a member in a union is read by its address. */

rawtp:::tcp_send_reset
{
	trace(((struct sk_buff *)args[1])->dev->nd_net.net->ns.inum);
	trace(args[0] ? ((struct sock *)args[0])->__sk_common.skc_net.net->ns.inum : 0);
	trace(&args[1]->len != NULL);
}

BEGIN
{
	trace("loaded");
	exit(0);
}
