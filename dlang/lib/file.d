/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/* Open files: fds[], cwd and root, and what the io provider says of a file. */

typedef long offset_t;

typedef struct fileinfo {
	string fi_name;
	string fi_dirname;
	string fi_pathname;
	offset_t fi_offset;
	string fi_fs;
	string fi_mount;
	int fi_oflags;
} fileinfo_t;

/* What is mounted is named as it is where it is mounted. */
inline int file_is_mount[struct file *f] = f->f_path.dentry == f->f_path.mnt->mnt_root;

/* Pipes, sockets, anonymous inodes and the like lie in no directory. */
inline int file_is_lone[struct file *f] = f->f_path.dentry->d_parent == f->f_path.dentry;

translator fileinfo_t < struct file *F > {
	fi_name = F == NULL ? "<none>" :
	    file_is_mount[F] || file_is_lone[F] ? basename(d_path(&F->f_path)) :
	    stringof(F->f_path.dentry->d_name.name);
	fi_dirname = F == NULL ? "<none>" :
	    file_is_mount[F] || !file_is_lone[F] ? dirname(d_path(&F->f_path)) : "<unknown>";
	fi_pathname = F == NULL ? "<none>" : d_path(&F->f_path);
	fi_offset = F == NULL ? -1 : F->f_pos;
	fi_fs = F == NULL ? "<none>" : stringof(F->f_inode->i_sb->s_type->name);
	fi_mount = F == NULL ? "<none>" :
	    file_is_mount[F] || !file_is_lone[F] ? mount_path(&F->f_path) : "<unknown>";
	fi_oflags = F == NULL ? 0 : F->f_flags;
};

/* Where no file was opened: the way to it over the mount that was made first. */
translator fileinfo_t < struct dentry *D > {
	fi_name = D == NULL ? "<none>" : D->d_parent == D ? basename(dentry_path(D)) :
	    stringof(D->d_name.name);
	fi_dirname = D == NULL ? "<none>" : dirname(dentry_path(D));
	fi_pathname = D == NULL ? "<none>" : dentry_path(D);
	fi_offset = -1;
	fi_fs = D == NULL ? "<none>" : stringof(D->d_sb->s_type->name);
	fi_mount = D == NULL ? "<none>" : dentry_path(D->d_sb->s_root);
	fi_oflags = 0;
};

inline fileinfo_t fds[int fd] = xlate <fileinfo_t> (getf(fd));

inline string cwd = curthread->fs == NULL ? "<none>" : d_path(&curthread->fs->pwd);
inline string root = curthread->fs == NULL ? "<none>" : d_path(&curthread->fs->root);
