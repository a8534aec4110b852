"""The planner's rules, by what they are about. Each takes a Situation and gives a Step, or None if it has no say."""
