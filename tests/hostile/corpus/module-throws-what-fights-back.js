// status: error, time_limit
// reason: what is thrown is shown by its own functions
import 'throws';
