// status: time_limit
import 'loop';
