package dev.spool.testkit.memory;

import dev.spool.testkit.contract.SpoolContract;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Leaves out what needs storage that outlives this process. */
final class WithinThisProcess implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return context.getTags().contains(SpoolContract.PROCESS)
                ? ConditionEvaluationResult.disabled("memory does not outlive its process")
                : ConditionEvaluationResult.enabled("needs one process alone");
    }
}
