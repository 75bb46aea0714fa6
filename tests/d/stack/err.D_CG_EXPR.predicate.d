BEGIN /mod(1)/ { }
