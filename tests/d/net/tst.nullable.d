/* Members that the verifier takes to be NULL perhaps, such as the socket of a packet: read, addressed, as strings. */
#pragma D option quiet

rawtp:::net_dev_queue
{
	@a[(uintptr_t)args[0]->sk->__sk_common.skc_listener] = count();
	@b[(uintptr_t)&args[0]->sk->__sk_common.skc_state] = count();
	@c[stringof(args[0]->sk->__sk_common.skc_prot->name)] = count();
	@d[inet_ntoa(&args[0]->sk->__sk_common.skc_daddr)] = count();
	print(args[0]->sk->__sk_common.skc_v6_daddr);
}
BEGIN
{
	printf("loaded\n");
	exit(0);
}
END
{
	clear(@a);
	trunc(@a);
	trunc(@b);
	trunc(@c);
	trunc(@d);
}
