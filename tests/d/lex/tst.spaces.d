#pragma D option quiet

BEGIN{x=1;y=-1;printf("%d %d %d %d\n",x+ +1,x- -y,x+-y,- -x);exit(0)}
