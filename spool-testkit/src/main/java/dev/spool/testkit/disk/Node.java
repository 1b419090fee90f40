package dev.spool.testkit.disk;

/** What a name in a directory stands for: a file or a directory. Guarded by its world. */
abstract sealed class Node permits Inode, Folder {

    final long number;

    Node(long number) {
        this.number = number;
    }
}
