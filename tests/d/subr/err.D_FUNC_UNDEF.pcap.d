BEGIN { pcap(curthread, 1); exit(0); }
