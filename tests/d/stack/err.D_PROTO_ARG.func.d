BEGIN { func("vfs_read"); }
