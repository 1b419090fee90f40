package dev.spool.lmdb;

/**
 * One of the two root pages of an LMDB file.
 *
 * @param transaction the commit that wrote it
 * @param lastPage number of the last page in use
 * @param free the tree of free pages
 * @param main the tree of trees
 */
record FileRoot(long transaction, int pageBytes, long lastPage, TreeRoot free, TreeRoot main) {}
