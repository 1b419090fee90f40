package dev.spool.file;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.StampedLock;

/**
 * Lets one of several threads go on at a time, and at any point that says {@link #pass} another one instead, by seed: so threads overtake
 * each other where they never would by themselves, and the same way each time. Their locks are to be taken by way of this class. One
 * race at a time.
 */
public final class Turns {

    /** One of so many passes changes the turn. */
    private static final int ODDS = 4;

    private static final ThreadLocal<Turns> RACE = new ThreadLocal<>();

    private final SplittableRandom random;
    private final List<Semaphore> waiting = new ArrayList<>();
    private final List<Integer> running = new ArrayList<>();
    private int turn;

    private Turns(SplittableRandom random) {
        this.random = random;
    }

    /** Runs the actors against each other until all have ended. */
    static void race(SplittableRandom random, List<Runnable> actors) throws Exception {
        Turns turns = new Turns(random);
        ExecutorService threads = Executors.newFixedThreadPool(actors.size());
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < actors.size(); i++) {
                turns.waiting.add(new Semaphore(0));
                turns.running.add(i);
            }
            for (int i = 0; i < actors.size(); i++) {
                int number = i;
                ends.add(threads.submit(() -> turns.act(number, actors.get(number))));
            }
            turns.waiting.get(0).release();
            for (Future<?> end : ends) {
                end.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void act(int number, Runnable actor) {
        waiting.get(number).acquireUninterruptibly();
        RACE.set(this);
        try {
            actor.run();
        } finally {
            RACE.remove();
            running.remove((Integer) number);
            if (!running.isEmpty()) {
                give(running.get(random.nextInt(running.size())));
            }
        }
    }

    private void give(int other) {
        turn = other;
        waiting.get(other).release();
    }

    private void changeTo(int other) {
        int own = turn;
        if (other != own) {
            give(other);
            waiting.get(own).acquireUninterruptibly();
        }
    }

    /** A point at which another thread may go on. */
    public static void pass() {
        Turns race = RACE.get();
        if (race != null && race.random.nextInt(ODDS) == 0) {
            race.changeTo(race.running.get(race.random.nextInt(race.running.size())));
        }
    }

    /** Lets the others go on until one of them has done what this thread waits for. */
    private static void passOn() {
        Turns race = RACE.get();
        if (race == null) {
            Thread.onSpinWait();
            return;
        }
        int next = (race.running.indexOf(race.turn) + 1) % race.running.size();
        race.changeTo(race.running.get(next));
    }

    /** Instead of {@link StampedLock#readLock()}. */
    public static long readLock(StampedLock lock) {
        long stamp = lock.tryReadLock();
        while (stamp == 0) {
            passOn();
            stamp = lock.tryReadLock();
        }
        return stamp;
    }

    /** Instead of {@link StampedLock#writeLock()}. */
    public static long writeLock(StampedLock lock) {
        long stamp = lock.tryWriteLock();
        while (stamp == 0) {
            passOn();
            stamp = lock.tryWriteLock();
        }
        return stamp;
    }
}
